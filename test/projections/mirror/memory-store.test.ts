// The mirror store in memory, held to the common contract.

import { mirrorStoreContract } from '../../contract/mirror-store.ts';
import { MemoryMirrorStore } from './memory-store.ts';

mirrorStoreContract('memory', () => new MemoryMirrorStore());
