/** Which side a user has changed, and which one has to follow. */
export type Direction = 'leftToRight' | 'rightToLeft'
