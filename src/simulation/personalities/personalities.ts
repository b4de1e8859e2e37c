// The networks whose side the sandbox can play. A new one is a folder here, a name in names.ts and a row in this table.

import type { Personality } from '../gateway/personality.ts';
import { AIRTEL } from './airtel/airtel.ts';
import { FLUTTERWAVE } from './flutterwave/flutterwave.ts';
import { FLUTTERWAVE_4 } from './flutterwave/version-4.ts';
import { GENERIC } from './generic/generic.ts';
import { MFS_AFRICA } from './mfs-africa/mfs-africa.ts';
import { MPESA } from './mpesa/mpesa.ts';
import { MTN_MOMO } from './mtn-momo/mtn-momo.ts';
import type { NetworkName } from './names.ts';
import { ONAFRIQ } from './onafriq/onafriq.ts';
import { PAGA } from './paga/paga.ts';
import { PAYSTACK } from './paystack/paystack.ts';
import { SHOPIFY } from './shopify/shopify.ts';
import { WOOCOMMERCE } from './woocommerce/woocommerce.ts';

export const PERSONALITIES: Readonly<Record<NetworkName, Personality>> = {
  'mfs-africa': MFS_AFRICA,
  paystack: PAYSTACK,
  flutterwave: FLUTTERWAVE,
  'flutterwave-v4': FLUTTERWAVE_4,
  mpesa: MPESA,
  onafriq: ONAFRIQ,
  'mtn-momo': MTN_MOMO,
  airtel: AIRTEL,
  paga: PAGA,
  shopify: SHOPIFY,
  woocommerce: WOOCOMMERCE,
  generic: GENERIC,
};
