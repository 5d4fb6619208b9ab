import type { KnipConfig } from 'knip'

const config: KnipConfig = {
  entry: [
    'relay/main.ts!',
    'src/workers/*.ts!',
    'src/lib/ui/photo/draw-first-sight.ts!',
    'bench/*.ts',
    // Started by path: another process, or a page.
    'bench/support/{blob-records-measure,bulk-receiver,fill-index-in-page,plain-server}.ts',
    'scripts/{chromium,first-paint,screenshots,types}.ts',
    'scripts/make-*.ts',
    'scripts/*.mjs',
    'tests/support/screens.ts',
    'tests/support/demo/demo-client.ts',
    'tests/vectors/write-*.ts',
    'tests/**/*.test.ts',
    'src/**/*.test.ts',
    'relay/**/*.test.ts',
  ],
  project: ['src/**/*.{ts,svelte}', '{relay,vault,tests,bench,scripts}/**/*.{ts,js,mjs}'],
  // Read as a file into pages under test; an alias in vite.config.ts; started by path in scripts/types.ts.
  ignoreDependencies: ['axe-core', 'cbor-x', 'svelte-check'],
  ignoreBinaries: ['apt-get'],
  ignoreExportsUsedInFile: true,
}

export default config
