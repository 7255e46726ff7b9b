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

uniform int first_face;
in vec3 v_place;
in vec4 v_soft;
layout(location = 0) out vec4 seen;
layout(location = 1) out ivec2 shown;

float band(float slant, float low, float high) { return smoothstep(low, high, slant); }

float open_at(vec3 place) {
    vec3 cells = vec3(textureSize(openness, 0));
    vec3 at = clamp((place - volume_place.xyz) * volume_place.w, vec3(0.0), cells - 1.01);
    return textureLod(openness, (at + 0.5) / cells, 0.0).r;
}

// What the bodies leave of the sky. Source: a sphere over a plane, radius² / distance² × cosine.
float contact(vec3 place, vec3 normal) {
    float left = 1.0;
    for (int g = 0; g < int(size.w); g++) {
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

// How much of a thing the fog leaves to be seen.
float clear_air(float metres) {
    float far = metres - 0.12 * horizon.w;
    return horizon.w > 0.0 && far > 0.0 ? exp(-0.6931472 * far / horizon.w) : 1.0;
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
    return face.colour.rgb * light * clear + horizon.rgb * HAZE * (1.0 - clear);
}

vec3 on_flat(Face face, vec3 normal) {
    float slant = dot(normal, towards_sun.xyz);
    float room = open_at(v_place + normal * volume_reach.x) * contact(v_place, normal);
    vec3 light = mix(ground.rgb, sky.rgb, normal.y * 0.5 + 0.5) * room;
    light += lamplight(v_place, normal) * (0.5 + 0.5 * room);
    light = light * (1.0 - face.colour.w) + face.colour.w * GLOW;
    if (slant > 0.0) light += sun.rgb * slant * sunlight(v_place);
    float clear = clear_air(distance(v_place, eye.xyz));
    return face.colour.rgb * light * clear + horizon.rgb * HAZE * (1.0 - clear);
}

void main() {
    int number = first_face + gl_PrimitiveID;
    Face face = faces[number];
    bool is_smooth = (face.what.z & SMOOTH) != 0;
    seen = vec4(toned(is_smooth ? on_smooth(face) : on_flat(face, planes[number].xyz)), 1.0);
    shown = ivec2(number, floatBitsToInt(gl_FragCoord.w));  // one over metres ahead
}
