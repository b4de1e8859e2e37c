// The canonical formats: Hesabu's own, to which a mapping brings other files. A provider may have formats of its own.

import { BANK } from './bank.ts';
import { CALLBACKS } from './callbacks.ts';
import type { FileKind, Format } from './format.ts';
import { ORDERS } from './orders.ts';
import { plainCallbacks } from './plain-callbacks.ts';
import { plainOrders } from './plain-orders.ts';
import { plainPolls } from './plain-polls.ts';
import { plainSettlements } from './plain-settlements.ts';
import { POLLS } from './polls.ts';
import { SETTLEMENTS } from './settlements.ts';

export const CANONICAL_FORMATS: Readonly<Record<FileKind, Format>> = {
  orders: { ...ORDERS, openPlain: plainOrders },
  callbacks: { ...CALLBACKS, openPlain: plainCallbacks },
  polls: { ...POLLS, openPlain: plainPolls },
  settlements: { ...SETTLEMENTS, openPlain: plainSettlements },
  bank: BANK,
};
