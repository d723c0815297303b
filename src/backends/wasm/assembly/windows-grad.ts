// AssemblyScript. What windows of an image hand back to it: see ../image-grad.ts and ../max-pool-grad.ts. An image is one piece of the work,
// for its windows overlap.

/** Bytes of a vector of four channels. */
const VECTOR: usize = 16;

/**
 * Adds up in images `from` to `to`, [height, width, channels], what each of their windows has for the places that it saw.
 * @param windows [N, outHeight, outWidth, filterHeight, filterWidth, channels]
 * @param top how many rows above the image the first window begins, `left` the same for columns
 */
export function addWindows(
  windows: usize,
  images: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  top: i32,
  left: i32,
  from: i32,
  to: i32,
): void {
  const pixel = (channels as usize) << 2;
  const line = (width as usize) * pixel;
  const run = (filterWidth as usize) * pixel;
  let window = windows + ((from * outHeight * outWidth * filterHeight) as usize) * run;
  for (let n = from; n < to; n++) {
    const image = images + ((n * height) as usize) * line;
    memory.fill(image, 0, (height as usize) * line);
    for (let outY = 0; outY < outHeight; outY++) {
      for (let outX = 0; outX < outWidth; outX++) {
        const x = outX * strideWidth - left;
        const firstX = max(x, 0);
        const lastX = min(x + filterWidth, width);
        for (let row = 0; row < filterHeight; row++, window += run) {
          const y = outY * strideHeight - top + row;
          if (y < 0 || y >= height || firstX >= lastX) continue;
          const begin = image + (y as usize) * line;
          addRun(
            window + ((firstX - x) as usize) * pixel,
            begin + (firstX as usize) * pixel,
            begin + (lastX as usize) * pixel,
          );
        }
      }
    }
  }
}

/** Adds numbers to those from `target` to `end`. */
@inline
function addRun(source: usize, target: usize, end: usize): void {
  for (; target + VECTOR <= end; target += VECTOR, source += VECTOR) {
    v128.store(target, f32x4.add(v128.load(target), v128.load(source)));
  }
  for (; target < end; target += 4, source += 4) store<f32>(target, load<f32>(target) + load<f32>(source));
}

/**
 * Hands each window's gradient to the first of its largest numbers, or the last NaN, as PyTorch does: of images `from` to `to`.
 * Arguments as above; dy is [N, outHeight, outWidth, channels].
 */
export function maxPoolGrad(
  images: usize,
  dy: usize,
  dx: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  top: i32,
  left: i32,
  from: i32,
  to: i32,
): void {
  const pixel = (channels as usize) << 2;
  const line = (width as usize) * pixel;
  let upstream = dy + ((from * outHeight * outWidth) as usize) * pixel;
  for (let n = from; n < to; n++) {
    const offset = ((n * height) as usize) * line;
    memory.fill(dx + offset, 0, (height as usize) * line);
    for (let outY = 0; outY < outHeight; outY++) {
      const y = outY * strideHeight - top;
      const begin = offset + (max(y, 0) as usize) * line;
      const end = offset + (min(y + filterHeight, height) as usize) * line;
      for (let outX = 0; outX < outWidth; outX++, upstream += pixel) {
        const x = outX * strideWidth - left;
        const first = (max(x, 0) as usize) * pixel;
        const last = (min(x + filterWidth, width) as usize) * pixel;
        if (begin >= end || first >= last) continue; // a window of padding alone
        handToLargest(images, dx, upstream, begin, end, line, first, last, pixel);
      }
    }
  }
}

/** One window: lines from `begin` to `end`, of each the pixels from `first` to `last`. */
@inline
function handToLargest(
  images: usize,
  dx: usize,
  dy: usize,
  begin: usize,
  end: usize,
  line: usize,
  first: usize,
  last: usize,
  pixel: usize,
): void {
  let c: usize = 0;
  for (; c + VECTOR <= pixel; c += VECTOR) {
    let most = v128.load(images + begin + first + c);
    let place = i32x4.splat((begin + first) as i32);
    for (let row = begin; row < end; row += line) {
      for (let at = row + first; at < row + last; at += pixel) {
        const value = v128.load(images + at + c);
        const isMore = v128.or(f32x4.gt(value, most), f32x4.ne(value, value));
        most = v128.bitselect(value, most, isMore);
        place = v128.bitselect(i32x4.splat(at as i32), place, isMore);
      }
    }
    const target = dx + c;
    addTo(target + (i32x4.extract_lane(place, 0) as u32), load<f32>(dy + c));
    addTo(target + (i32x4.extract_lane(place, 1) as u32) + 4, load<f32>(dy + c, 4));
    addTo(target + (i32x4.extract_lane(place, 2) as u32) + 8, load<f32>(dy + c, 8));
    addTo(target + (i32x4.extract_lane(place, 3) as u32) + 12, load<f32>(dy + c, 12));
  }
  for (; c < pixel; c += 4) {
    let most = load<f32>(images + begin + first + c);
    let place = begin + first;
    for (let row = begin; row < end; row += line) {
      for (let at = row + first; at < row + last; at += pixel) {
        const value = load<f32>(images + at + c);
        if (value > most || value !== value) {
          most = value;
          place = at;
        }
      }
    }
    addTo(dx + place + c, load<f32>(dy + c));
  }
}

@inline
function addTo(address: usize, value: f32): void {
  store<f32>(address, load<f32>(address) + value);
}
