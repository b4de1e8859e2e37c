// The provider `onafriq`: the daily report of its hub. Its collections are those of `mfs-africa`.

import { fileProvider } from '../../producers/file-provider.ts';
import { DAILY_TRANSACTION_REPORT } from './daily-transaction-report.ts';

export const ONAFRIQ = fileProvider({ name: 'onafriq', title: 'Onafriq', exports: [DAILY_TRANSACTION_REPORT] });
