import js from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

// Who may import whom: each folder of the house, and the folders below it. What is not listed is an error.
const layers = {
  foundation: [],
  audio: ['foundation'],
  features: ['foundation', 'audio'],
  nn: ['foundation'],
  plots: ['foundation'],
  native: ['foundation', 'features', 'nn', 'dataset'],
  model: ['foundation', 'audio', 'features', 'nn'],
  dataset: ['foundation', 'audio', 'features', 'model'],
  training: ['foundation', 'audio', 'features', 'nn', 'native', 'model', 'dataset'],
  streaming: ['foundation', 'audio', 'features', 'nn', 'model'],
  store: ['foundation', 'audio', 'features', 'nn', 'model', 'dataset', 'training'],
  lab: ['foundation', 'audio', 'features', 'nn', 'native', 'model', 'dataset', 'training', 'streaming', 'plots'],
  contract: ['foundation'],
  engine: [
    ...['foundation', 'audio', 'features', 'nn', 'native', 'model', 'dataset', 'training', 'streaming', 'store', 'lab'],
    'plots',
    'contract',
  ],
  host: ['foundation', 'engine', 'contract', 'store'],
  cli: ['foundation', 'engine', 'contract', 'host', 'audio'],
  electron: ['foundation', 'engine', 'contract', 'host'],
  renderer: ['foundation', 'contract', 'plots'],
};

// Folders match by `partialMatch: false`; a pattern that names files needs the older `mode: 'full'`.
const elements = [
  { type: 'foundation', pattern: 'src/*.ts', mode: 'full' },
  // The part of the engine that a window may know: its contract, its client, and the transports a page can use.
  { type: 'contract', pattern: 'src/engine/contract/**', partialMatch: false },
  { type: 'contract', pattern: 'src/engine/client.ts', mode: 'full' },
  { type: 'contract', pattern: 'src/engine/transports/page/**', partialMatch: false },
  ...Object.keys(layers)
    .filter((layer) => !['foundation', 'contract', 'electron', 'renderer'].includes(layer))
    .map((layer) => ({ type: layer, pattern: `src/${layer}/**`, partialMatch: false })),
  { type: 'electron', pattern: 'electron/**', partialMatch: false },
  { type: 'renderer', pattern: 'renderer/**', partialMatch: false },
  { type: 'test', pattern: 'test/**', partialMatch: false },
];

const anywhere = ['audio', 'features', 'nn', 'dataset', 'streaming', 'plots'].map((layer) => `src/${layer}/**/*.ts`);

export default tseslint.config(
  { ignores: ['out/', 'dist/', 'build/', 'node_modules/', 'src/model/onnx/onnx_pb.ts'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['src/**/*.ts', 'electron/**/*.ts', 'renderer/**/*.{ts,tsx}'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': elements,
      'import/resolver': { node: { extensions: ['.ts', '.tsx', '.js'] } },
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: Object.entries(layers).map(([from, allowed]) => ({
            from: { element: { type: from } },
            allow: { to: { element: { types: { anyOf: [from, ...allowed] } } } },
          })),
        },
      ],
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: anywhere,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['node:*', 'electron', 'fs', 'path'], message: 'This layer touches neither Node nor the DOM.' },
          ],
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: anywhere,
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['electron'], message: 'src/ does not know Electron.' }] },
      ],
    },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    ...reactHooks.configs.flat.recommended,
    languageOptions: { globals: globals.browser },
    rules: {
      ...reactHooks.configs.flat.recommended.rules,
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*', 'electron', 'fs', 'path'], message: 'The window never touches Node.' }] },
      ],
    },
  },
  { files: ['**/*.{js,cjs,mjs}'], languageOptions: { globals: { ...globals.node } } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
