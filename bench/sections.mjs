import * as functions from './functions.mjs';
import * as http from './http/measure.mjs';

/** What can be measured, in the order in which it is. Each has a title, `run(options)`, and `tables(data)` of it. */
export const SECTIONS = { functions, http };
