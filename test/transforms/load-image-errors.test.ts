import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { loadImage } from 'tfjs-zoo/transforms';
import { fixtures, rejection } from './support.js';

const sample = (name: string) => readFileSync(new URL(`files/${name}`, fixtures));
const message = async (bytes: Uint8Array) => (await rejection(loadImage(bytes))).message;
const marker = (bytes: Buffer, code: number) => bytes.indexOf(Buffer.of(0xff, code));

describe('loadImage, what it says of damaged files', () => {
  it('JPEG', async () => {
    const bytes = sample('444.jpg');
    const scan = marker(bytes, 0xda);
    const none = Buffer.concat([bytes.subarray(0, scan), Buffer.of(0xff, 0xd9)]);
    expect(await message(none)).to.include(
      'expected a JPEG with scans of components 1,2,3, got none of 1,2,3. The file is damaged: get it again.',
    );
    expect(await message(bytes.subarray(0, scan))).to.include(
      `expected the end marker of a JPEG, got the end of the file at byte ${scan}.`,
    );
    expect(await message(bytes.subarray(0, 100))).to.match(
      /expected a JPEG segment of marker FFDB at byte 89, got 11 bytes up to the end of the file\./,
    );
    const frame = bytes.subarray(marker(bytes, 0xc0), marker(bytes, 0xc0) + 19);
    const twice = Buffer.concat([bytes.subarray(0, scan), frame, bytes.subarray(scan)]);
    expect(await message(twice)).to.include(
      'this: only single frame JPEGs supported. The file is damaged or of a rare',
    );
    const table = bytes.subarray(marker(bytes, 0xdb), marker(bytes, 0xdb) + 69);
    const redefined = Buffer.concat([bytes.subarray(0, -2), table, Buffer.of(0xff, 0xd9)]);
    expect(await message(redefined)).to.include(
      'expected one quantization table 0 in a JPEG, got another behind a scan.',
    );
    const noTable = sample('444.jpg');
    noTable.writeUInt8(0x33, scan + 6);
    expect(await message(noTable)).to.match(
      /expected a JPEG that can be decoded, got \d+ bytes and this: .+ or of a rare/,
    );
  });

  it('PNG, GIF and BMP', async () => {
    const png = sample('rgb.png');
    expect(await message(png.subarray(0, 200))).to.include('expected a PNG chunk of');
    expect(await message(png.subarray(0, 200))).to.include('got the end of the file at byte 200.');
    const checksum = sample('rgb.png');
    checksum.writeUInt8(checksum[60]! ^ 1, 60);
    expect(await message(checksum)).to.match(
      /expected a PNG that can be decoded, got \d+ bytes and this: .+\. The file is damaged or of a rare kind: get it again, or save it as PNG\.$/,
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
