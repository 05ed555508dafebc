import { fastJwt } from './contenders.mjs';
import { verification, verifyingWith } from './ours.mjs';
import { Signer } from './tokens.mjs';

/** Fills a cache in a process of its own, and tells how much heap each token takes. */
const [who, count] = process.argv.slice(2);
const maxEntries = Number(count);
const signer = new Signer('EdDSA', 'https://auth.example.com');
const verify = {
  ours: () => verifyingWith(verification(signer, { verifiedTokenCache: { maxEntries } })),
  'fast-jwt': () => fastJwt(signer, maxEntries),
}[who]();
try {
  verify(signer.token());
} catch {
  // The keys are not at hand yet.
  await new Promise((resolve) => setImmediate(resolve));
}

// As bytes, which are not in the heap: the string of a token exists only while it is verified.
const tokens = (await signer.tokens(maxEntries)).map((token) => Buffer.from(token, 'latin1'));
const fill = () => {
  for (const token of tokens) verify(token.latin1Slice());
};
const heap = () => {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
};
// Compiled code and what else comes with the first calls is not the tokens'.
for (let call = 0; call < 2000; call++) verify(tokens[0].latin1Slice());
const before = heap();
fill();
process.send((heap() - before) / maxEntries);
