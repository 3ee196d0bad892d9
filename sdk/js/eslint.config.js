import js from '@eslint/js';

const GLOBALS = ['process', 'Buffer', 'console', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'queueMicrotask',
  'performance', 'AbortController', 'AbortSignal', 'URL', 'TextDecoder'];

export default [
  { ignores: ['src/pb/', 'types/', 'node_modules/'] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, sourceType: 'module', globals: Object.fromEntries(GLOBALS.map((name) => [name, 'readonly'])) },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'array-callback-return': 'error', 'arrow-body-style': 'off', 'block-scoped-var': 'error',
      curly: ['error', 'multi-line'], 'default-case': 'error', 'default-case-last': 'error', eqeqeq: 'error', 'guard-for-in': 'error',
      'max-depth': ['error', 4], 'max-lines': ['error', { max: 330 }], 'max-len': ['error', { code: 160 }],
      'max-lines-per-function': ['error', { max: 60 }], 'no-caller': 'error', 'no-constructor-return': 'error', 'no-else-return': 'error', 'no-eval': 'error',
      'no-extend-native': 'error', 'no-implicit-coercion': 'error', 'no-implied-eval': 'error', 'no-lonely-if': 'error', 'no-loop-func': 'error',
      'no-new': 'error', 'no-new-func': 'error', 'no-new-wrappers': 'error', 'no-promise-executor-return': ['error', { allowVoid: true }], 
      'no-return-assign': ['error', 'except-parens'],
      'no-self-compare': 'error', 'no-sequences': 'error', 'no-shadow': 'error', 'no-template-curly-in-string': 'error', 'no-throw-literal': 'error',
      'no-undef-init': 'error', 'no-unmodified-loop-condition': 'error', 'no-unneeded-ternary': 'error', 'no-unreachable-loop': 'error',
      'no-unused-expressions': ['error', { allowShortCircuit: true }], 'no-useless-call': 'error', 'no-useless-concat': 'error', 'no-useless-rename': 'error',
      'no-useless-return': 'error', 'no-var': 'error', 'object-shorthand': 'error', 'prefer-arrow-callback': 'error', 'prefer-const': 'error',
      'prefer-promise-reject-errors': 'off', 'prefer-rest-params': 'error', 'prefer-spread': 'error', 'prefer-template': 'error', radix: 'error',
      'require-atomic-updates': 'off',
      semi: ['error', 'always'], quotes: ['error', 'single', { avoidEscape: true }], 'symbol-description': 'error', yoda: 'error',
    },
  },
  { files: ['test/**'], rules: { 'max-lines-per-function': 'off', 'max-lines': 'off', 'no-loop-func': 'off' } },
  { files: ['src/protocol.js'], rules: { 'max-lines': 'off' } }, // generated
];
