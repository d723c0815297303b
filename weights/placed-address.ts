/**
 * Where a file of this package is that lies beside its code. Vite's dev server, before 8, moves code away from the files beside it; they can be had where npm has
 * put them.
 */
export function placedAddress({ href }: URL): string {
  return href.replace('/node_modules/.vite/deps/', '/node_modules/tfjs-zoo/dist/weights/');
}
