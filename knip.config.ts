import type { KnipConfig } from 'knip'

const config: KnipConfig = {
  entry: [
    'relay/main.ts!',
    'vault/main.ts!',
    'src/workers/*.ts!',
    'src/service-worker/index.ts!',
    'bench/*.ts',
    'scripts/{chromium,first-paint,types}.ts',
    'scripts/*.mjs',
    'tests/**/*.test.ts',
    'src/**/*.test.ts',
    'relay/**/*.test.ts',
  ],
  project: ['src/**/*.{ts,svelte}', '{relay,vault,tests,bench,scripts}/**/*.{ts,js,mjs}'],
  // Started by its path, in scripts/types.ts.
  ignoreDependencies: ['svelte-check'],
  ignoreBinaries: ['apt-get'],
  ignoreExportsUsedInFile: true,
}

export default config
