/** Whether a GPU's name is that of a processor that imitates one, which is slower than wasm. */
export function isSoftware(name: string): boolean {
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}
