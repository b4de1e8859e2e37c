// The mirror store in memory, held to the contract of all.
import { MemoryMirrorStore } from '../../../src/projections/mirror/memory-store.ts';
import { mirrorStoreContract } from '../../contract/mirror-store.ts';

mirrorStoreContract('memory', () => new MemoryMirrorStore());
