import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { loadImage } from 'tfjs-zoo/transforms';
import { fixtures, rejection } from './support.js';

const sample = (name: string) => readFileSync(new URL(`files/${name}`, fixtures));
const message = async (bytes: Uint8Array) => (await rejection(loadImage(bytes))).message;
const marker = (bytes: Buffer, code: number) => bytes.indexOf(Buffer.of(0xff, code));

/** The error's text for a fixture, changed at a marker segment. */
async function damaged(name: string, code: number, change: (bytes: Buffer, at: number) => unknown): Promise<string> {
  const bytes = sample(name);
  change(bytes, marker(bytes, code));
  return message(bytes);
}

/** gray.jpg with other entropy-coded data, given as bits, in place of its own. */
function grayWithScan(bits: string): Buffer {
  const bytes = sample('gray.jpg');
  const scan = marker(bytes, 0xda) + 10;
  const data = bits.match(/.{8}/g)!.flatMap((byte) => (byte === '11111111' ? [0xff, 0] : [Number.parseInt(byte, 2)]));
  return Buffer.concat([bytes.subarray(0, scan), Buffer.from(data), Buffer.of(0xff, 0xd9)]);
}

describe('loadImage, what it says of damaged files', () => {
  it('JPEG tables', async () => {
    const quantization = await damaged('444.jpg', 0xdb, (bytes, at) => bytes.writeUInt8(0x10, at + 4));
    expect(quantization).to.include('expected 128 bytes of a quantization table, got 64.');
    const overfull = await damaged('444.jpg', 0xc4, (bytes, at) => {
      const counts = bytes.subarray(at + 5, at + 21);
      const donor = counts.findIndex((count) => count >= 3);
      counts[donor]! -= 3;
      counts[0] = 3;
    });
    expect(overfull).to.include('expected a Huffman table of at most 2 codes of 1 bits, got more.');
    const long = await damaged('444.jpg', 0xc4, (bytes, at) => bytes.writeUInt8(200, at + 20));
    expect(long).to.match(/expected a Huffman table inside its segment, got 2\d\d symbols in 29 bytes\./);
  });

  it('JPEG scans', async () => {
    const noTable = await damaged('444.jpg', 0xda, (bytes, at) => bytes.writeUInt8(0x33, at + 6));
    expect(noTable).to.include('expected a Huffman table for each component of a JPEG scan, got none.');
    const empty = await damaged('444.jpg', 0xda, (bytes, at) => bytes.writeUInt8(0, at + 4));
    expect(empty).to.include('expected 1 to 4 components in a JPEG scan, got 0 in 10 bytes.');
    const reversed = await damaged('444-progressive.jpg', 0xda, (bytes, at) => bytes.writeUInt8(5, at + 11));
    expect(reversed).to.include('expected a JPEG scan of coefficients 0 to 63, got 5 to 0 of 3 components.');
    const noRestart = await damaged('restarts.jpg', 0xd0, (bytes, at) => bytes.writeUInt8(0xe0, at + 1));
    expect(noRestart).to.match(/expected a JPEG restart marker at byte \d+, got marker FFE0\./);
  });

  it('JPEG codes', async () => {
    expect(await message(grayWithScan('1'.repeat(64)))).to.include(
      'expected a code of the Huffman table, got bits that are none.',
    );
    // DC 0, then four times "16 zeros" in a block that has room for 63.
    const zeros = `00${'11111111001'.repeat(4)}`;
    expect(await message(grayWithScan(zeros.padEnd(128, '0')))).to.include(
      'expected 64 coefficients in a JPEG block, got more.',
    );
    expect(await message(grayWithScan('0'.repeat(8)))).to.match(/expected more JPEG data at byte \d+, got a marker\./);
  });

  it('JPEG frames', async () => {
    const bytes = sample('444.jpg');
    const scan = marker(bytes, 0xda);
    const frame = bytes.subarray(marker(bytes, 0xc0), marker(bytes, 0xc0) + 19);
    const twice = Buffer.concat([bytes.subarray(0, scan), frame, bytes.subarray(scan)]);
    expect(await message(twice)).to.include('expected one frame in a JPEG, got a second one.');
    const none = Buffer.concat([bytes.subarray(0, scan), Buffer.of(0xff, 0xd9)]);
    expect(await message(none)).to.include(`scans of all its components, got its end at byte ${scan}.`);
    expect(await message(bytes.subarray(0, scan))).to.include(
      `expected the end marker of a JPEG, got the end of the file at byte ${scan}.`,
    );
    expect(await message(bytes.subarray(0, 100))).to.match(
      /expected a JPEG segment of marker FFDB at byte 89, got 11 bytes up to the end of the file\./,
    );
  });

  it('PNG, GIF and BMP', async () => {
    const png = sample('rgb.png');
    expect(await message(png.subarray(0, 200))).to.include('expected a PNG chunk of');
    expect(await message(png.subarray(0, 200))).to.include('got the end of the file at byte 200.');
    const checksum = sample('rgb.png');
    checksum.writeUInt8(checksum[60]! ^ 1, 60);
    expect(await message(checksum)).to.match(
      /expected a PNG that can be decoded, got \d+ bytes and this: .+\. The file is damaged/,
    );
    const gif = sample('palette.gif');
    gif.writeUInt8(0x99, 13 + 768);
    expect(await message(gif)).to.include('expected a GIF frame, got block 0x99 at byte 781.');
    expect(await message(sample('palette.gif').subarray(0, 900))).to.include(
      'expected a whole GIF frame, got the end of the file at byte 900.',
    );
    expect(await message(sample('rgb.bmp').subarray(0, 500))).to.include(
      'expected a BMP of 3302 bytes for 37×29 pixels of 24 bits, got 500.',
    );
  });
});
