// The memory log fulfils the contract of every log.

import { MemoryLog } from '../../src/log/memory.ts';
import { eventLogContract } from '../contract/event-log.ts';

eventLogContract('memory log', (partitions) => new MemoryLog(partitions));
