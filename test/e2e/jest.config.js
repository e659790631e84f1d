import main from '../../jest.config.js'

/**
 * The end-to-end tests: `npm run e2e`. Each file starts servers of its own, and two run at a time: they wait more than
 * they work, but four at once would take the time to answer that the tests of what answers too late count on.
 */
export default {
  ...main,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/.cache/'],
  globalSetup: '<rootDir>/test/e2e/setup.ts',
  testSequencer: '<rootDir>/test/e2e/sequencer.js',
  maxWorkers: 2,
  testTimeout: 180_000,
  verbose: true,
}
