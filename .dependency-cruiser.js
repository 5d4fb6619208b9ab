import { LAYERS } from './eslint.config.js'
import { boundaryRules } from './scripts/lint/boundary-rules.ts'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: boundaryRules(LAYERS),
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'svelte', 'browser', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
    exclude: { path: '\\$types|^(?:build|\\.svelte-kit|test-results|data)/' },
  },
}
