/** The tests run the TypeScript sources as they are: swc strips the types, nothing is bundled. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/', '<rootDir>/.cache/'],
  modulePathIgnorePatterns: ['<rootDir>/.cache/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { module: { type: 'es6' }, jsc: { target: 'es2024' } }] },
  maxWorkers: '100%', // Jest's own choice leaves a core idle, which is one of two where CI runs
  testTimeout: 30_000,
}
