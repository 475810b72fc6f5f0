/** Tests run as real ES modules; swc strips the types of TypeScript sources, `npm run typecheck` checks them. */
export default {
  testEnvironment: "node",
  testEnvironmentOptions: { customExportConditions: ["@protoloom/source", "node", "node-addons"] },
  roots: ["<rootDir>/test"],
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/gen/", "<rootDir>/test/e2e/"], // e2e: npm run test:e2e
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      {
        jsc: { target: "es2022", parser: { syntax: "typescript" }, experimental: { keepImportAttributes: true } },
        module: { type: "es6" },
        sourceMaps: "inline",
      },
    ],
  },
  // Sources import "./x.js", as Node will see it; before the build the file is x.ts.
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": ["$1.ts", "$1.js"] },
  cacheDirectory: "<rootDir>/.cache/jest",
  // Tests wait for events. This only ends one that waits for an event that does not come: ten times what the longest one
  // takes on a quiet machine.
  testTimeout: 120_000,
};
