// The light on a face: sun and its shadows, sky and ground, crowded corners, lamps, fog, glow.
// The model is that of shade.py, at every pixel.

struct Lamp {
    vec4 place;   // and reach
    vec4 colour;  // × intensity
};
layout(std430, binding = 4) readonly buffer Lamps { Lamp lamps[]; };
layout(std430, binding = 5) readonly buffer Spheres { vec4 spheres[]; };  // middle and radius
struct Group {
    vec4 low;   // and the first of its spheres
    vec4 high;  // and the end of them
};
layout(std430, binding = 6) readonly buffer Groups { Group groups[]; };
layout(binding = 1) uniform sampler3D openness;
layout(binding = 2) uniform sampler2D still_shadow;   // metres towards the sun
layout(binding = 3) uniform sampler2D moving_shadow;

uniform int first_face;
centroid in vec3 v_place;
centroid in vec4 v_soft;
layout(location = 0) out vec4 seen;
layout(location = 1) out ivec2 shown;

float band(float slant, float low, float high) { return smoothstep(low, high, slant); }

float lit(sampler2D near, vec4 texels, vec3 sunwards) {
    ivec2 end = textureSize(near, 0);
    vec2 at = sunwards.xy * texels.z + texels.xy - 0.5;
    if (any(lessThan(at, vec2(1.0))) || any(greaterThanEqual(at, vec2(end - 3)))) return 1.0;
    // A tent of 4 × 4 texels, fetched four by four: a gather gives the rows y + 1, y as xy, wz.
    vec2 corner = floor(at), part = at - corner, size_ = vec2(end);
    vec4 across = vec4(1.0 - part.x, 1.0, 1.0, part.x);
    vec4 down = vec4(1.0 - part.y, 1.0, 1.0, part.y);
    float total = 0.0;
    for (int y = 0; y < 2; y++) {
        for (int x = 0; x < 2; x++) {
            vec2 middle = corner + vec2(2 * x, 2 * y);
            vec4 open = step(textureGather(near, middle / size_), vec4(sunwards.z));
            vec2 weights = vec2(across[2 * x], across[2 * x + 1]);
            total += down[2 * y] * dot(open.wz, weights) + down[2 * y + 1] * dot(open.xy, weights);
        }
    }
    return total / 9.0;
}

float sunlight(vec3 place) {
    vec3 sunwards = vec3(dot(axes[0].xyz, place), dot(axes[1].xyz, place), dot(axes[2].xyz, place));
    sunwards.z += SHADOW_BIAS_M;
    float amount = lit(still_shadow, still_texels, sunwards);
    return amount > 0.0 ? amount * lit(moving_shadow, moving_texels, sunwards) : 0.0;
}

float open_at(vec3 place) {
    vec3 cells = vec3(textureSize(openness, 0));
    vec3 at = clamp((place - volume_place.xyz) * volume_place.w, vec3(0.0), cells - 1.01);
    return textureLod(openness, (at + 0.5) / cells, 0.0).r;
}

// What the bodies leave of the sky. Source: a sphere over a plane, radius² / distance² × cosine.
float contact(vec3 place, vec3 normal) {
    float left = 1.0;
    for (int g = 0; g < int(ink.z); g++) {
        Group group = groups[g];
        if (any(lessThan(place, group.low.xyz)) || any(greaterThan(place, group.high.xyz))) continue;
        for (int s = int(group.low.w); s < int(group.high.w); s++) {
            vec3 way = spheres[s].xyz - place;
            float squared = dot(way, way), radius = spheres[s].w;
            float fade = 1.0 - squared / (radius * radius * CONTACT_RADII * CONTACT_RADII);
            float cosine = dot(way, normal);
            if (fade <= 0.0 || cosine <= 0.0) continue;
            float far = sqrt(max(squared, radius * radius));
            float covered = radius * radius / (far * far) * min(1.0, cosine / far);
            left *= 1.0 - 0.75 * fade * min(1.0, covered);
        }
    }
    return left;
}

vec3 lamplight(vec3 place, vec3 normal) {
    vec3 total = vec3(0.0);
    for (int k = 0; k < int(volume_reach.y); k++) {
        vec3 way = lamps[k].place.xyz - place;
        float squared = dot(way, way), reach = lamps[k].place.w;
        float inside = 1.0 - squared / (reach * reach);
        float slant = dot(way, normal) * inversesqrt(squared + 1e-4);
        if (inside > 0.0 && slant > 0.0) {
            total += lamps[k].colour.rgb * (slant * inside * inside / (squared + 0.06));
        }
    }
    return total;
}

float clear_air(float metres) {
    return horizon.w > 0.0 ? exp(-0.6931472 * metres / horizon.w) : 1.0;
}

vec3 on_smooth(Face face) {
    float slant = v_soft.w;
    if ((face.what.z & TOON) != 0) {
        slant = 0.58 * band(slant, -0.05, 0.22) + 0.42 * band(slant, 0.30, 0.75);
    }
    vec3 soft = v_soft.rgb;
    if (slant > 0.0) soft += sun.rgb * slant * sunlight(v_place);
    float clear = clear_air(1.0 / gl_FragCoord.w);
    vec3 light = soft * (1.0 - face.colour.w) + face.colour.w * GLOW;
    return face.colour.rgb * light * clear + horizon.rgb * (1.0 - clear);
}

vec3 on_flat(Face face, vec3 normal) {
    float slant = dot(normal, towards_sun.xyz);
    float room = open_at(v_place + normal * volume_reach.x) * contact(v_place, normal);
    vec3 light = mix(ground.rgb, sky.rgb, normal.y * 0.5 + 0.5) * room;
    light += lamplight(v_place, normal) * (0.5 + 0.5 * room);
    light = light * (1.0 - face.colour.w) + face.colour.w * GLOW;
    if (slant > 0.0) light += sun.rgb * slant * sunlight(v_place);
    float clear = clear_air(distance(v_place, eye.xyz));
    return face.colour.rgb * light * clear + horizon.rgb * (1.0 - clear);
}

void main() {
    int number = first_face + gl_PrimitiveID;
    Face face = faces[number];
    bool is_smooth = (face.what.z & SMOOTH) != 0;
    seen = vec4(toned(is_smooth ? on_smooth(face) : on_flat(face, planes[number].xyz)), 1.0);
    shown = ivec2(number, face.what.x);
}
