// The provider of orders and files that name none. It has a file of its own, because the command line needs the name
// before it knows whether it needs any provider.

export const DEFAULT_PROVIDER = 'mfs-africa';
