// The names of the networks that the sandbox can play, apart from the table, so that a help text loads none of it.

export const NETWORK_NAMES = [
  'mfs-africa',
  'paystack',
  'flutterwave',
  'flutterwave-v4',
  'mpesa',
  'onafriq',
  'mtn-momo',
  'airtel',
  'paga',
  'shopify',
  'woocommerce',
  'generic',
] as const;

export type NetworkName = (typeof NETWORK_NAMES)[number];
