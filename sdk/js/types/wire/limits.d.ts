/** How deep lists, maps and sets may stand in one another (docs/wire.md, section 1). */
export const MAX_DEPTH: 200;
/** The largest frame, in bytes (docs/wire.md, section 2). */
export const MAX_FRAME: number;
