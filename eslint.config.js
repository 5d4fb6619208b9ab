import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import typescript from 'typescript-eslint'
import { functionLinesRule } from './scripts/lint/function-lines-rule.ts'
import { layersRule } from './scripts/lint/layers-rule.ts'
import { namesRule } from './scripts/lint/names-rule.ts'
import svelteConfig from './svelte.config.js'

const DOMAINS = ['groups', 'albums', 'people', 'publishing']
const FOUNDATION = ['base', 'wire', 'membership', 'crypto']
const BELOW_ADAPTERS = [...FOUNDATION, 'ports', ...DOMAINS]

/**
 * The architecture: what each layer may import. A layer is a folder (of `src/lib` unless it is
 * `routes`, `workers`, `service-worker`, `relay` or `vault`); `type:x` allows x's types only.
 * ESLint enforces it import by import; dependency-cruiser takes its rules from the same table and
 * adds what needs the whole graph: cycles, and that the relay reaches nothing else by a detour.
 *
 * @type {import('./scripts/lint/layers.ts').Layers}
 */
export const LAYERS = {
  base: [],
  wire: ['base'],
  membership: ['base', 'wire'],
  crypto: ['base', 'wire'],
  // Interfaces of the stores that adapters implement.
  ports: ['base', 'wire', 'type:membership', 'type:crypto'],
  groups: FOUNDATION,
  albums: FOUNDATION,
  people: FOUNDATION,
  publishing: FOUNDATION,
  // Adapters: never each other.
  media: BELOW_ADAPTERS,
  storage: BELOW_ADAPTERS,
  sync: BELOW_ADAPTERS,
  // Zips going out and coming in.
  archive: BELOW_ADAPTERS,
  engine: [...BELOW_ADAPTERS, 'media', 'storage', 'sync', 'archive'],
  // Links and media addresses come from `wire`; the engine is known by its types only.
  'ui/shared': ['base', 'wire', 'type:engine'],
  // Any domain of the interface: photo, album, group, member.
  'ui/*': ['ui/shared', 'base', 'wire', 'type:engine'],
  'ui/views': ['ui/*', 'ui/shared', 'base', 'wire', 'type:engine'],
  routes: ['ui/*', 'ui/shared', 'ui/views', 'base', 'wire', 'engine'],
  workers: ['engine', 'media'],
  'service-worker': [...FOUNDATION, 'ports', 'storage'],
  vault: [...BELOW_ADAPTERS, 'sync', 'engine'],
  // "The relay cannot read photos": neither directly nor through something else.
  relay: ['base', 'wire', 'membership'],
}

/**
 * Packages that belong to one part; nothing else may import them. A trailing slash covers a scope.
 *
 * @type {import('./scripts/lint/layers.ts').Vendors}
 */
export const VENDORS = {
  '@automerge/': ['sync'],
  '@hpke/': ['crypto'],
  '@hono/': ['relay'],
  '@lucide/': ['ui', 'routes'],
  '@tus/': ['relay'],
  '@zip.js/': ['archive'],
  'bits-ui': ['ui', 'routes'],
  'cbor-x': ['base'],
  comlink: ['engine', 'workers'],
  exifreader: ['media'],
  hono: ['relay'],
  idb: ['storage'],
  'libheif-js': ['media'],
  mediabunny: ['media'],
  photoswipe: ['ui'],
  pino: ['relay'],
  'workbox-core': ['service-worker'],
  'workbox-precaching': ['service-worker'],
  'workbox-routing': ['service-worker'],
  ws: ['relay'],
}

const mantelRules = {
  'function-lines': functionLinesRule,
  layers: layersRule,
  names: namesRule,
}

const TESTS = ['**/*.test.ts', 'tests/**/*.ts']
const SCRIPTS = ['scripts/**/*.ts', 'bench/**/*.ts', '*.config.ts']

/** Type-aware linting of some files by the TypeScript project that covers them. */
function typed(files, project, ignores = []) {
  return {
    files,
    ignores,
    languageOptions: { parserOptions: { project, tsconfigRootDir: import.meta.dirname } },
  }
}

const shape = {
  'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
  'max-params': ['error', 4],
  'no-restricted-imports': [
    'error',
    {
      patterns: [{ regex: '^\\.\\./(?!app[.]css$)', message: 'Use #lib/…, #relay/… or #tests/….' }],
    },
  ],
  'no-console': 'error',
  eqeqeq: 'error',
  'prefer-const': 'error',
  'mantel/layers': ['error', { layers: LAYERS, vendors: VENDORS }],
  'mantel/function-lines': ['error', { max: 40 }],
  'mantel/names': 'error',
}

const types = {
  '@typescript-eslint/consistent-type-definitions': 'off',
  '@typescript-eslint/no-confusing-void-expression': [
    'error',
    { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
  ],
  // Parts are closures: nothing here depends on `this`.
  '@typescript-eslint/unbound-method': 'off',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true },
  ],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
}

export default typescript.config(
  {
    ignores: ['.svelte-kit/', 'build/', 'data/', 'node_modules/', 'test-results/', 'static/'],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { plugins: { mantel: { rules: mantelRules } } },
  {
    files: ['**/*.ts', '**/*.svelte'],
    extends: [typescript.configs.strictTypeChecked],
    rules: { ...shape, ...types },
  },
  ...svelte.configs.recommended,
  typed(['src/**/*.ts'], './tsconfig.json', [
    '**/*.test.ts',
    'src/workers/**',
    'src/service-worker/**',
  ]),
  typed(['src/workers/**/*.ts'], './src/workers/tsconfig.json'),
  typed(['src/service-worker/**/*.ts'], './src/service-worker/tsconfig.json'),
  typed(['relay/**/*.ts'], './relay/tsconfig.json', ['**/*.test.ts']),
  typed([...TESTS, ...SCRIPTS], './tests/tsconfig.json'),
  {
    files: ['{src,tests}/**/*.svelte', 'src/**/*.svelte.ts'],
    languageOptions: {
      parserOptions: {
        parser: typescript.parser,
        project: './tsconfig.json',
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
        svelteConfig,
      },
    },
    rules: {
      'max-lines': ['error', { max: 200, skipBlankLines: false, skipComments: false }],
      // The address of a screen is built in one place; this app is never served below a base path.
      'svelte/no-navigation-without-resolve': 'off',
      // Props are taken apart with `let` where one of them is bindable.
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { destructuring: 'all' }],
      // The parser gives `any` to much of a template; svelte-check knows its types.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['src/**/*.ts', 'src/**/*.svelte'],
    ignores: TESTS,
    rules: {
      'no-restricted-globals': ['error', 'process', 'Buffer', 'global', 'require', '__dirname'],
    },
  },
  {
    files: ['src/**/*.svelte.ts'],
    rules: {
      'max-lines': shape['max-lines'],
      'prefer-const': 'error',
      // View classes tell of changes by createSubscriber; the maps they keep are plain on purpose.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: [...TESTS, ...SCRIPTS],
    rules: { 'mantel/function-lines': 'off', 'no-console': 'off' },
  },
  {
    files: TESTS,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: globals.node },
    rules: { ...shape, 'no-console': 'off', 'no-undef': 'error' },
  },
)
