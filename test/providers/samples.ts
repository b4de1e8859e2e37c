// The sample of each row of the registry, and of the provider that only tests have.

import type { ProviderSample } from '../contract/provider/sample.ts';
import { FILE_SAMPLES } from './file-samples.ts';
import { MFS_AFRICA_SAMPLE } from './mfs-africa/sample.ts';

/** In the order of the registry. */
export const SAMPLES: readonly ProviderSample[] = [MFS_AFRICA_SAMPLE, ...FILE_SAMPLES];
