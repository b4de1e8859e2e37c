// Makes random examples those of HESABU_SEED, where it is given.
import fc from 'fast-check';

const seed = process.env.HESABU_SEED;
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
