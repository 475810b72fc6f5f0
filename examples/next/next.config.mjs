export default {
  // This folder, also where folders above it have lock files of their own.
  turbopack: { root: import.meta.dirname },
};
