// Linear light in, display colour out, by the film's own tone table.

layout(binding = 0) uniform sampler2D tone_table;

float tone_of(float light) {
    int index = (floatBitsToInt(clamp(light, TONE_FLOOR, TONE_CEILING)) >> TONE_SHIFT) - TONE_BASE;
    return texelFetch(tone_table, ivec2(index, 0), 0).r;
}

vec3 toned(vec3 light) { return vec3(tone_of(light.r), tone_of(light.g), tone_of(light.b)); }
