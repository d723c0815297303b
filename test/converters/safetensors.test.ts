import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { openCheckpoint, readCheckpoint } from 'tfjs-zoo/converters';
import { CheckpointError } from '../../src/core/index.js';
import { bytesOf, fixtureBytes, fixturePath, rejection, uint64 } from './support.js';

function safetensors(header: string, data = new Uint8Array(8)): Uint8Array {
  return bytesOf(uint64(header.length), header, data);
}

const a = '"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}';

describe('safetensors', () => {
  it('keeps the order of the header, integer-like and odd names included', async () => {
    const { format, stateDict, extra } = await readCheckpoint(fixtureBytes('names.safetensors'));
    expect(format).to.equal('safetensors');
    expect([...stateDict.keys()]).to.deep.equal(['b', '1', '__proto__', '0', 'a"\\é{']);
    expect(extra).to.deep.equal({});
    expect(({} as Record<string, unknown>).dtype).to.equal(undefined);
  });

  it('gives __metadata__ as extra', async () => {
    const { extra } = await readCheckpoint(fixtureBytes('dtypes.safetensors'));
    expect(Object.entries(extra as object)).to.deep.equal([
      ['format', 'pt'],
      ['__proto__', 'x'],
    ]);
  });

  it('lists dtypes that it cannot read, and refuses to read them', async () => {
    const header = `{"x":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]},"y":{"dtype":"NEW","shape":[9],"data_offsets":[4,8]}}`;
    const checkpoint = await openCheckpoint(safetensors(header));
    expect(checkpoint.entries).to.deep.equal([
      { name: 'x', dtype: 'float8_e4m3fn', shape: [4], bytes: 4 },
      { name: 'y', dtype: 'new', shape: [9], bytes: 4 },
    ]);
    expect((await rejection(checkpoint.read('x'))).message).to.match(
      /tensor x of a dtype that can be read, got float8_e4m3fn/,
    );
    expect((await rejection(checkpoint.read('z'))).message).to.match(/the name of a tensor in the file, got z/);
  });

  it('reads what the library reads: unknown fields, __metadata__ of null, white space, an empty header', async () => {
    const deep = `${'['.repeat(120)}${']'.repeat(120)}`;
    const header = ` \n{"__metadata__":null,${a.replace('{', `{"more":${deep},"x":[null,true,false,-1.5e3,"\\n"],`)}}\r\n\t`;
    const { stateDict } = await readCheckpoint(safetensors(header));
    expect([...stateDict].map(([name, { shape }]) => [name, shape])).to.deep.equal([['a', [2]]]);
    expect((await readCheckpoint(safetensors('{}', new Uint8Array()))).stateDict.size).to.equal(0);
  });

  const wrong: [string, Uint8Array, RegExp][] = [
    ['a header longer than the file', bytesOf(uint64(99), '{}'), /a safetensors header of at most 2 bytes, got 99/],
    ['a header that is not JSON', safetensors('{"a":'), /expected a value at character 5 of the header, got the end/],
    ['a header that is not UTF-8', bytesOf(uint64(3), '{', 0xff, '}'), /a header of UTF-8, got other bytes/],
    ['a name given twice', safetensors(`{${a},${a}}`), /each name once, a is twice at character/],
    [
      '__metadata__ given twice',
      safetensors(`{"__metadata__":{},${a},"__metadata__":{}}`),
      /each name once, __metadata__ is twice at/,
    ],
    [
      'a name given twice by escapes',
      safetensors(`{${a},${a.replace('"a"', '"\\u0061"')}}`),
      /each name once, a is twice at character/,
    ],
    [
      'an entry that is no object',
      safetensors('{"a":"b"}'),
      /dtype \(a text\), shape and data_offsets .* of a, got None, None and None/,
    ],
    ['a negative size', safetensors(`{${a.replace('[2]', '[-2]')}}`), /of a, got the string F32, \[number -2\] and/],
    ['a fraction', safetensors(`{${a.replace('[2]', '[2.5]')}}`), /\[number 2.5\]/],
    ['three offsets', safetensors(`{${a.replace('[0,8]', '[0,4,8]')}}`), /\[number 0, number 4, number 8\]/],
    [
      'offsets the wrong way round',
      safetensors(`{${a.replace('[0,8]', '[8,0]')}}`),
      /expected 8 bytes for a .*, got data_offsets \[8, 0\]/,
    ],
    [
      'a size that does not match',
      safetensors(`{${a.replace('[2]', '[3]')}}`),
      /expected 12 bytes for a \(F32 of shape \[3\]\), got data_offsets \[0, 8\]/,
    ],
    [
      'an absurd shape',
      safetensors(`{${a.replace('[2]', '[9007199254740991,9007199254740991]')}}`),
      /got data_offsets \[0, 8\]/,
    ],
    [
      'a misaligned sub-byte tensor',
      safetensors('{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,8]}}'),
      /expected 1.5 bytes for a/,
    ],
    [
      'a gap',
      safetensors(`{${a.replace('[0,8]', '[4,12]')}}`, new Uint8Array(12)),
      /the data of a to start at byte 0, got 4/,
    ],
    [
      'an overlap',
      safetensors(`{${a},${a.replace('"a"', '"b"').replace('[0,8]', '[4,12]')}}`, new Uint8Array(12)),
      /the data of b to start at byte 8, got 4/,
    ],
    ['data left over', safetensors(`{${a}}`, new Uint8Array(9)), /expected 8 bytes of tensor data, got 9/],
    ['data cut off', safetensors(`{${a}}`, new Uint8Array(7)), /expected 8 bytes of tensor data, got 7/],
    ['metadata that is no object', safetensors(`{"__metadata__":[],${a}}`), /__metadata__ of texts, got \[\]/],
    [
      'metadata that is no text',
      safetensors(`{"__metadata__":{"x":1},${a}}`),
      /__metadata__ of texts, got number 1 for x/,
    ],
    ['a field given twice', safetensors(`{${a.replace('{', '{"dtype":"F32",')}}`), /each name once, dtype is twice at/],
    ['a size that is no integer', safetensors(`{${a.replace('[2]', '[2.0]')}}`), /\[number "2.0"\]|\[number 2.0\]/],
    ['a size of minus zero', safetensors(`{${a.replace('[2]', '[-0]')}}`), /\[number -0\]/],
    ['an inexact size', safetensors(`{${a.replace('[2]', '[0,9007199254740993]')}}`), /number 9007199254740993\]/],
    [
      'half of a surrogate pair',
      safetensors(`{${a.replace('"a"', '"\\ud800"')}}`),
      /half surrogate pairs at character 1/,
    ],
    ['a control character', safetensors(`{${a.replace('"a"', '"\t"')}}`), /a text without control characters/],
    ['an escape that there is not', safetensors(`{${a.replace('"a"', '"\\x"')}}`), /false escapes/],
    ['a text without end', safetensors('{"a'), /expected '"' at character 3 of the header, got the end/],
    ['a name without quotes', safetensors('{a:1}'), /expected a key at character 1 of the header, got "a:1}"/],
    ['a comma too many', safetensors(`{${a},}`), /expected a key at character \d+ of the header, got "}"/],
    ['no colon', safetensors('{"a" {}}'), /expected ':' at character 5 of the header/],
    [
      'text behind the header',
      safetensors(`{${a}}x`),
      /expected the end of the text at character \d+ of the header, got x/,
    ],
    [
      'a product beyond 64 bits, though 0 is in it',
      safetensors(`{${a.replace('[2]', '[4294967296,4294967296,0]').replace('[0,8]', '[0,0]')}}`, new Uint8Array()),
      /expected Infinity bytes for a/,
    ],
    [
      'deep nesting',
      safetensors(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
      /values nested at most 127 deep at character 131 of the header/,
    ],
  ];
  for (const [what, bytes, message] of wrong) {
    it(`refuses ${what}`, async () => {
      const error = await rejection(readCheckpoint(bytes));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.match(message);
    });
  }

  it('refuses a key', async () => {
    const error = await rejection(readCheckpoint(fixtureBytes('names.safetensors'), { key: 'model' }));
    expect(error.message).to.match(/expected no key, for a safetensors file is one flat state dict, got key 'model'/);
  });
});

describe('a file of the safetensors library', () => {
  it('is read bit for bit, with its metadata', async () => {
    const { stateDict, extra } = await readCheckpoint(fixturePath('library.safetensors'));
    const expected: Record<string, { dtype: string; shape: number[]; data: string }> = JSON.parse(
      readFileSync(fixturePath('library.safetensors.json'), 'utf8'),
    );
    expect([...stateDict.keys()].sort()).to.deep.equal(Object.keys(expected).sort());
    for (const [name, { dtype, shape, data }] of Object.entries(expected)) {
      const tensor = stateDict.get(name)!;
      expect([tensor.dtype, tensor.shape]).to.deep.equal([dtype, shape]);
      const bytes = Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
      expect(bytes.toString('base64'), name).to.equal(data);
    }
    expect(extra).to.deep.include({ format: 'np', note: 'ünïcode' });
  });
});
