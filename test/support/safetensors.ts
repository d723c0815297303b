import { bytesPerElement, type StateDict } from '../../src/core/index.js';

/** A state dict as the bytes of a safetensors file. Only for dtypes that lie in memory as in a file. */
export function safetensorsBytes(stateDict: StateDict): Uint8Array {
  const header: Record<string, object> = {};
  const codes: Record<string, string> = { float32: 'F32', int64: 'I64' };
  let end = 0;
  for (const [name, { dtype, shape, data }] of stateDict) {
    const begin = end;
    end += data.length * bytesPerElement[dtype];
    header[name] = { dtype: codes[dtype], shape, data_offsets: [begin, end] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const tensors = [...stateDict.values()].map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return Buffer.concat([length, json, ...tensors]);
}
