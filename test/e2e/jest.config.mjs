import base from "../../jest.config.mjs";

/** One suite at a time: each starts processes of its own. */
export default {
  ...base,
  rootDir: "../..",
  testMatch: ["<rootDir>/test/e2e/*/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  maxWorkers: 1,
  testTimeout: 180_000,
};
