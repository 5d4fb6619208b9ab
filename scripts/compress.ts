/**
 * Compressed copies (`.gz`, `.br`) beside the files of a build, so that the relay only picks one.
 *
 * Brotli's best setting takes twelve seconds for the one big wasm file and makes it an eighth smaller
 * than a setting that takes half a second; whoever starts Mantel for the first time waits for that.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const COMPRESSIBLE = /\.(?:html|js|json|css|svg|wasm|webmanifest|txt|xml)$/
const BIG_BYTES = 512 * 1024
const BEST_QUALITY = 11
const QUICK_QUALITY = 9

const toBrotli = promisify(brotliCompress)
const toGzip = promisify(gzip)

/** Writes the compressed copies of every file in a folder for which it pays. */
export async function compressFolder(folder: string): Promise<void> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = paths.filter((path) => COMPRESSIBLE.test(path)).map((path) => join(folder, path))
  await Promise.all(files.map(compressFile))
}

async function compressFile(path: string): Promise<void> {
  const bytes = readFileSync(path)
  const quality = bytes.length > BIG_BYTES ? QUICK_QUALITY : BEST_QUALITY
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  }
  writeFileSync(`${path}.br`, await toBrotli(bytes, { params }))
  writeFileSync(`${path}.gz`, await toGzip(bytes, { level: constants.Z_BEST_COMPRESSION }))
}
