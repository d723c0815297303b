// zip.js types its root only; this entry is its reader without writer, file system and WebAssembly.
declare module '@zip.js/zip.js/lib/zip-core-reader.js' {
  export { ZipReader } from '@zip.js/zip.js';
}
