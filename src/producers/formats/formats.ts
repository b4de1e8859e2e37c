// The formats of the provider `mfs-africa`, which are also what other files are mapped to.

import { CALLBACKS } from './callbacks.ts';
import type { FileKind, Format } from './format.ts';
import { ORDERS } from './orders.ts';
import { POLLS } from './polls.ts';
import { SETTLEMENTS } from './settlements.ts';

export const FORMATS: Readonly<Record<FileKind, Format>> = {
  orders: ORDERS,
  callbacks: CALLBACKS,
  polls: POLLS,
  settlements: SETTLEMENTS,
};
