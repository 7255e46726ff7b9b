// How much of the sun reaches a place: over walls, through windows, past players.
// The model is that of shade.py.

layout(binding = 2) uniform sampler2D still_shadow;  // metres towards the sun
layout(binding = 3) uniform sampler2D window_shadow;
layout(binding = 4) uniform sampler2D moving_shadow;
layout(binding = 5) uniform sampler2D still_blocks;  // least and most of blocks of 8 by 8 texels
layout(binding = 6) uniform sampler2D window_blocks;
layout(binding = 7) uniform sampler2D moving_blocks;

// How far before a place its casters may stand, drawn out between four blocks.
float before(sampler2D blocks, vec2 at, float near, float most) {
    ivec2 corner = ivec2(at);
    vec2 part = at - vec2(corner);
    float a = clamp(texelFetch(blocks, corner, 0).y - near, 0.0, most);
    float b = clamp(texelFetch(blocks, corner + ivec2(1, 0), 0).y - near, 0.0, most);
    float c = clamp(texelFetch(blocks, corner + ivec2(0, 1), 0).y - near, 0.0, most);
    float d = clamp(texelFetch(blocks, corner + ivec2(1, 1), 0).y - near, 0.0, most);
    return mix(mix(a, b, part.x), mix(c, d, part.x), part.y);
}

// The share of a square of texels, as wide as the edge of the shadow is soft there.
float lit(sampler2D map, sampler2D blocks, vec4 texels, vec3 sunwards) {
    vec2 at = sunwards.xy * texels.z + texels.xy;
    vec2 first = at - WIDEST * 0.5;
    if (any(lessThan(first, vec2(4.0)))) return 1.0;
    if (any(greaterThanEqual(first, vec2(textureSize(map, 0) - 20)))) return 1.0;
    vec2 bounds = texelFetch(blocks, ivec2(first) >> 3, 0).xy;
    float near = sunwards.z;
    if (near >= bounds.y) return 1.0;
    if (near < bounds.x) return 0.0;
    float away = before(blocks, (first - 4.0) * 0.125, near, WIDEST / texels.w);
    float width = clamp(away * texels.w, NARROWEST, WIDEST);
    // A wide square is counted by every second texel: as even, and four times as fast.
    int step_ = width > 4.5 ? 2 : 1;
    width /= float(step_);
    at /= float(step_);
    vec2 low = at - width * 0.5, high = at + width * 0.5;
    ivec2 begin = ivec2(low), end = ivec2(high);
    vec2 begun = 1.0 - (low - vec2(begin)), ended = high - vec2(end);
    float total = 0.0;
    for (int y = begin.y; y <= end.y; y++) {
        float share = 0.0;
        for (int x = begin.x; x <= end.x; x++) {
            float weight = x == begin.x ? begun.x : x == end.x ? ended.x : 1.0;
            share += near >= texelFetch(map, ivec2(x, y) * step_, 0).x ? weight : 0.0;
        }
        total += share * (y == begin.y ? begun.y : y == end.y ? ended.y : 1.0);
    }
    return smoothstep(0.0, 1.0, total / (width * width));
}

float sunlight(vec3 place) {
    vec3 sunwards = vec3(dot(axes[0].xyz, place), dot(axes[1].xyz, place), dot(axes[2].xyz, place));
    sunwards.z += SHADOW_BIAS_M;
    float amount = lit(moving_shadow, moving_blocks, moving_texels, sunwards);
    if (amount <= 0.0) return 0.0;
    float over = lit(still_shadow, still_blocks, still_texels, sunwards);
    if (sun.w > 0.0) over += sun.w * lit(window_shadow, window_blocks, window_texels, sunwards);
    return amount * over;
}
