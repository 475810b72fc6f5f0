export { addReflection } from "./add-reflection.js";
