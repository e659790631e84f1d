import main from '../../jest.config.js'

/** The end-to-end tests: `npm run e2e`. One file after the other, because each starts servers of its own. */
export default {
  ...main,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/.cache/'],
  globalSetup: '<rootDir>/test/e2e/setup.ts',
  maxWorkers: 1,
  testTimeout: 180_000,
  verbose: true,
}
