// AssemblyScript. Sums in float64: see ../reduce.ts.

/** Adds rows `from` to `to` of a matrix [rows, columns] of float32 to the row `part` of sums [parts, columns] of float64. */
export function sumRows(matrix: usize, sums: usize, columns: i32, from: i32, to: i32, part: i32): void {
  const row: usize = (columns as usize) << 2;
  const target = sums + 2 * (part as usize) * row;
  let x = matrix + (from as usize) * row;
  for (let r = from; r < to; r++) {
    let sum = target;
    const end = x + row;
    for (; x + 16 <= end; x += 16, sum += 32) {
      const four = v128.load(x);
      v128.store(sum, f64x2.add(v128.load(sum), f64x2.promote_low_f32x4(four)));
      const two = v128.shuffle<i64>(four, four, 1, 0);
      v128.store(sum, f64x2.add(v128.load(sum, 16), f64x2.promote_low_f32x4(two)), 16);
    }
    for (; x < end; x += 4, sum += 8) store<f64>(sum, load<f64>(sum) + (load<f32>(x) as f64));
  }
}
