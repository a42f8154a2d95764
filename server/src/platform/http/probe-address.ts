/** A documentation address (RFC 5737), so that probes count against no real visitor's limits and are in no log of them. */
export const probeAddress = '192.0.2.77'
