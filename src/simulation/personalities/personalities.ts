// The networks whose side the sandbox can play. A new one is a folder here, a name in names.ts and a row in this table.

import type { Personality } from '../gateway/personality.ts';
import { MFS_AFRICA } from './mfs-africa/mfs-africa.ts';
import type { NetworkName } from './names.ts';

export const PERSONALITIES: Readonly<Record<NetworkName, Personality>> = { 'mfs-africa': MFS_AFRICA };
