/** The most memory that this process had, in bytes. */
export declare function peakBytes(): number;
