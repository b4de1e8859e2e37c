// The canonical formats: Hesabu's own, to which a mapping brings other files. A provider may have formats of its own.

import { BANK } from './bank.ts';
import { CALLBACKS } from './callbacks.ts';
import type { FileKind, Format } from './format.ts';
import { ORDERS } from './orders.ts';
import { POLLS } from './polls.ts';
import { SETTLEMENTS } from './settlements.ts';

export const CANONICAL_FORMATS: Readonly<Record<FileKind, Format>> = {
  orders: ORDERS,
  callbacks: CALLBACKS,
  polls: POLLS,
  settlements: SETTLEMENTS,
  bank: BANK,
};
