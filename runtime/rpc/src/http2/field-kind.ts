// The role of a field in the checks of a section.

export const Regular = 0;
export const ContentLength = 1;
export const Method = 2;
export const Scheme = 3;
export const Path = 4;
export const Authority = 5;
export const Status = 6;
/** Makes the section malformed. */
export const Forbidden = 7;
