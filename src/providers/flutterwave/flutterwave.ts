// The provider `flutterwave`: the lines of its settlements, and its webhook bodies.

import { fileProvider } from '../../producers/file-provider.ts';
import { SETTLEMENT_EXPORT } from './settlement-export.ts';
import { RAVE_BODIES, WEBHOOK_BODIES } from './webhook-bodies.ts';

export const FLUTTERWAVE = fileProvider({
  name: 'flutterwave',
  title: 'Flutterwave',
  exports: [SETTLEMENT_EXPORT, WEBHOOK_BODIES, RAVE_BODIES],
});
