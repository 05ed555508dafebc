import * as functions from './functions.mjs';
import * as growth from './growth.mjs';
import * as http from './http/measure.mjs';
import * as memory from './memory.mjs';
import * as startup from './startup.mjs';

/** What can be measured, in the order in which it is. Each has a title, `run(options)`, and `tables(data)` of it. */
export const SECTIONS = { functions, growth, http, startup, memory };
