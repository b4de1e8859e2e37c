// The sample of each row of the registry, and of the provider that only tests have.

import type { ProviderSample } from '../contract/provider/sample.ts';
import { AIRTEL_SAMPLE } from './airtel/sample.ts';
import { FILE_SAMPLES } from './file-samples.ts';
import { GENERIC_SAMPLE } from './generic/sample.ts';
import { MFS_AFRICA_SAMPLE } from './mfs-africa/sample.ts';
import { MTN_MOMO_SAMPLE } from './mtn-momo/sample.ts';
import { ONAFRIQ_SAMPLE } from './onafriq/sample.ts';
import { PAGA_SAMPLE } from './paga/sample.ts';
import { SHOP_SAMPLE } from './shop/sample.ts';

/** In the order of the registry. */
export const SAMPLES: readonly ProviderSample[] = [
  MFS_AFRICA_SAMPLE,
  ...FILE_SAMPLES,
  ONAFRIQ_SAMPLE,
  AIRTEL_SAMPLE,
  MTN_MOMO_SAMPLE,
  PAGA_SAMPLE,
  SHOP_SAMPLE,
  GENERIC_SAMPLE,
];
