#import "Player.h"

static const NSInteger kMaxVolume = 11;

@interface Player ()
@property (nonatomic, strong) NSTimer *timer;
- (void)tick;
@end

@implementation Player

/// Starts at the beginning.
- (instancetype)initWithURL:(NSURL *)url volume:(NSInteger)volume
{
    if ((self = [super init])) {
        _url = url;
        _volume = MIN(volume, kMaxVolume);
    }
    return self;
}

+ (Player *)shared
{
    static Player *player;
    return player;
}

@end

NSString *PlayerName(Player *player)
{
    return player.url.lastPathComponent;
}
